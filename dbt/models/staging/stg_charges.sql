{{ config(enabled=var('with_charges')) }}

{% set columns %}
    id as charge_id,
    address_id,
    {{ json_id('customer', 'id') }} as customer_id,
    status,
    type,
    upper(currency) as currency,
    {{ money('total_discounts') }} as total_discounts,
    {{ money('total_tax') }} as total_tax,
    {{ money('total_refunds') }} as total_refunds,
    {{ money('total_price') }} as total_price,
    charge_attempts,
    error,
    error_type,
    {# Airbyte's own connector has it as text. #}
    cast(substring(cast(scheduled_at as {{ dbt.type_string() }}), 1, 10) as date) as scheduled_on,
    {{ shop_time('last_charge_attempt') }} as last_attempt_at,
    {{ shop_time('retry_date') }} as retry_at,
    {{ shop_time('created_at') }} as created_at,
    {{ shop_time('processed_at') }} as processed_at
{% endset %}

with newest as (
    {{ current_rows('charges', columns, key='charge_id', with_kept=true) }}
)

select
    *,
    status in ('success', 'refunded', 'partially_refunded') as is_billed,
    true as is_first_of_charge
from newest
where {{ is_no_tombstone('status') }}
