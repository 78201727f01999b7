-- The running month has the active subscriptions of the raw table, what they cost a month, and before it each end.
{% set columns %}
    status, {{ money('price') }} * coalesce(quantity, 1) as amount, lower(order_interval_unit) as unit,
    coalesce(nullif(charge_interval_frequency, 0), nullif(order_interval_frequency, 0)) as frequency
{% endset %}

with raw as (
    select
        sum(case when status = 'active' then 1 else 0 end) as subscriptions,
        sum(case when status = 'cancelled' then 1 else 0 end) as churned,
        sum(case when status in ('cancelled', 'expired', 'active') then 1 else 0 end) as new_subscriptions,
        sum(
            case when status = 'active' then coalesce(round(cast(
                case substring(unit, 1, 1)
                    when 'm' then amount / frequency
                    when 'w' then amount * 30.4375 / 7 / frequency
                    when 'd' then amount * 30.4375 / frequency
                end as {{ dbt.type_numeric() }}), 2), 0) else 0 end
        ) as mrr
    from {{ raw_rows('subscriptions', columns) }} as subscriptions
),

mart as (
    select
        sum(case when is_running_month then subscriptions else 0 end) as subscriptions,
        sum(churned) as churned,
        sum(new_subscriptions) as new_subscriptions,
        sum(case when is_running_month then mrr else 0 end) as mrr
    from {{ ref('subscriptions_monthly') }}
)

select
    mart.*,
    raw.subscriptions as raw_subscriptions,
    raw.churned as raw_churned,
    raw.new_subscriptions as raw_new_subscriptions,
    raw.mrr as raw_mrr
from mart
cross join raw
where
    mart.subscriptions <> raw.subscriptions
    or mart.churned <> raw.churned
    or mart.new_subscriptions <> raw.new_subscriptions
    or mart.mrr <> raw.mrr
