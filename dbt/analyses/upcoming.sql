{{ config(enabled=var('with_charges')) }}

-- What will be charged each week, by currency.
select
    cast({{ dbt.date_trunc('week', 'scheduled_on') }} as date) as week,
    currency,
    count(*) as charges,
    round(sum(total_price), 2) as amount
from {{ ref('upcoming_charges') }}
where not is_overdue
group by 1, 2
order by 2, 1
