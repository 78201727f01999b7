{{ config(enabled=var('with_charges')) }}
{% set yesterday = 'cast(' ~ dbt.dateadd('day', -1, today()) ~ ' as date)' %}

select
    charge_id,
    customer_id,
    case
        when is_billed then 'recovered'
        -- Yesterday's may not be known of yet.
        when status = 'error' and cast(retry_at as date) >= {{ yesterday }} then 'retrying'
        else 'failed'
    end as outcome,
    status,
    error_type,
    error,
    charge_attempts,
    created_at,
    last_attempt_at,
    retry_at,
    processed_at as recovered_at,
    currency,
    total_price
from {{ ref('stg_charges') }}
-- A charge that was paid at once has one attempt or says nothing of any.
where status = 'error' or (is_billed and charge_attempts > 1)
    or (not is_billed and status not in ('queued', 'pending', 'pending_manual_payment') and error_type is not null)
