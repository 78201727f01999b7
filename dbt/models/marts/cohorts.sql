with orders as (
    select
        customer_id,
        currency,
        {{ month_of('processed_on') }} as month,
        min({{ month_of('processed_on') }}) over (partition by customer_id, currency) as cohort_month,
        total_price
    from {{ ref('stg_orders') }}
    where is_billed and customer_id is not null
),

active as (
    select distinct customer_id, currency
    from {{ ref('subscriptions') }}
    where status = 'active'
),

-- A customer stays until the month of the last order, or still where a subscription is active.
members as (
    select
        orders.customer_id,
        orders.currency,
        orders.cohort_month,
        case when count(active.customer_id) > 0 then {{ month_of(today()) }} else max(orders.month) end as last_month
    from orders
    left join active on orders.customer_id = active.customer_id and orders.currency = active.currency
    group by orders.customer_id, orders.currency, orders.cohort_month
),

leaving as (
    select cohort_month, currency, last_month, count(*) as customers
    from members
    group by cohort_month, currency, last_month
),

beginnings as (
    select cohort_month, currency, sum(customers) as customers
    from leaving
    group by cohort_month, currency
),

calendar as (
    select
        beginnings.*,
        numbers.number as months_since,
        cast({{ dbt.dateadd('month', 'numbers.number', 'beginnings.cohort_month') }} as date) as month
    from beginnings
    cross join {{ numbers() }} as numbers
),

ordered as (
    select
        cohort_month,
        currency,
        month,
        count(distinct customer_id) as ordering_customers,
        sum(coalesce(total_price, 0)) as spent
    from orders
    group by cohort_month, currency, month
),

remaining as (
    select calendar.cohort_month, calendar.currency, calendar.month, sum(leaving.customers) as customers
    from calendar
    inner join leaving
        on calendar.cohort_month = leaving.cohort_month
        and calendar.currency = leaving.currency
        and calendar.month <= leaving.last_month
    group by calendar.cohort_month, calendar.currency, calendar.month
)

select
    calendar.cohort_month,
    calendar.currency,
    calendar.months_since,
    calendar.month,
    calendar.month = {{ month_of(today()) }} as is_running_month,
    {{ count_of('calendar.customers') }} as customers,
    {{ count_of('remaining.customers') }} as remaining_customers,
    {{ count_of('ordered.ordering_customers') }} as ordering_customers,
    coalesce(ordered.spent, 0) as spent
from calendar
left join remaining
    on calendar.cohort_month = remaining.cohort_month
    and calendar.currency = remaining.currency
    and calendar.month = remaining.month
left join ordered
    on calendar.cohort_month = ordered.cohort_month
    and calendar.currency = ordered.currency
    and calendar.month = ordered.month
where calendar.month <= {{ month_of(today()) }}
