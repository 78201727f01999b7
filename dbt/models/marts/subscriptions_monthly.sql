with subscriptions as (
    select
        *,
        cast(started_at as date) as started_on,
        cast(case when ended_at < started_at then started_at else ended_at end as date) as ended_on
    from {{ ref('subscriptions') }}
    where status in ('active', 'cancelled', 'expired')
),

-- When a subscription began, for nothing yet, and each order that billed it, not the further ones of a prepaid charge.
bills as (
    select subscription_id, 0 as order_id, started_on as billed_on, 0 as bill
    from subscriptions
    union all
    select subscription_id, order_id, cast(processed_at as date) as billed_on, sum(line_items.price) as bill
    from {{ ref('line_items') }} as line_items
    inner join subscriptions using (subscription_id, currency)
    where
        line_items.source = 'order' and is_billed and is_first_of_charge
        and (ended_on is null or cast(processed_at as date) <= ended_on)
    group by subscription_id, order_id, cast(processed_at as date)
),

in_turn as (
    select
        *,
        row_number() over (partition by subscription_id order by billed_on, order_id) as turn,
        lag(billed_on) over (partition by subscription_id order by billed_on, order_id) as previous_on,
        lead(billed_on) over (partition by subscription_id order by billed_on, order_id) as next_on
    from bills
),

-- From one order to the next; where that came after more than two intervals, the subscription had lapsed after one.
periods as (
    select
        currency,
        status,
        turn,
        billed_on,
        next_on,
        ended_on,
        coalesce({{ per_month('bill') }}, 0) as mrr,
        {{ after_intervals('billed_on', 1) }} as paid_until,
        coalesce(turn > 2 and billed_on > {{ after_intervals('previous_on', 2) }}, false) as is_return,
        coalesce(turn > 1 and next_on > {{ after_intervals('billed_on', 2) }}, false) as is_lapse
    from in_turn
    inner join subscriptions using (subscription_id)
),

movements as (
    select
        {{ month_of('billed_on') }} as month,
        currency,
        1 as subscriptions,
        mrr,
        case when turn = 1 then 1 else 0 end as new_subscriptions,
        case when is_return then 1 else 0 end as reactivated,
        0 as churned,
        0 as expired,
        0 as lapsed
    from periods
    union all
    select
        {{ month_of('case when is_lapse then paid_until else coalesce(next_on, ended_on) end') }} as month,
        currency,
        -1 as subscriptions,
        -mrr,
        0 as new_subscriptions,
        0 as reactivated,
        case when next_on is null and status = 'cancelled' then 1 else 0 end as churned,
        case when next_on is null and status = 'expired' then 1 else 0 end as expired,
        case when is_lapse then 1 else 0 end as lapsed
    from periods
    where next_on is not null or ended_on is not null
),

moved as (
    select
        month,
        currency,
        sum(subscriptions) as subscriptions,
        sum(mrr) as mrr,
        sum(new_subscriptions) as new_subscriptions,
        sum(reactivated) as reactivated,
        sum(churned) as churned,
        sum(expired) as expired,
        sum(lapsed) as lapsed
    from movements
    group by month, currency
),

billed as (
    select
        {{ month_of('processed_at') }} as month,
        currency,
        sum(price) as billed,
        sum(discount) as discounts
    from {{ ref('line_items') }}
    where source = 'order' and is_billed and subscription_id is not null
    group by 1, 2
),

active as (
    select currency, sum(coalesce(price_per_month, 0)) as mrr
    from subscriptions
    where status = 'active'
    group by currency
),

currencies as (
    select distinct currency, min(month) over () as first_month
    from (select month, currency from moved union all select month, currency from billed) as both_sides
),

calendar as (
    select cast({{ dbt.dateadd('month', 'number', 'first_month') }} as date) as month, currency
    from currencies
    cross join {{ numbers() }} as numbers
)

select
    calendar.month,
    calendar.currency,
    calendar.month = {{ month_of(today()) }} as is_running_month,
    cast({{ sum_so_far('moved.subscriptions') }} as {{ dbt.type_bigint() }}) as subscriptions,
    case
        when calendar.month = {{ month_of(today()) }} then coalesce(active.mrr, 0)
        else {{ sum_so_far('moved.mrr') }}
    end as mrr,
    {{ count_of('moved.new_subscriptions') }} as new_subscriptions,
    {{ count_of('moved.reactivated') }} as reactivated,
    {{ count_of('moved.churned') }} as churned,
    {{ count_of('moved.expired') }} as expired,
    {{ count_of('moved.lapsed') }} as lapsed,
    coalesce(billed.billed, 0) as billed,
    coalesce(billed.discounts, 0) as discounts
from calendar
left join moved on calendar.month = moved.month and calendar.currency = moved.currency
left join billed on calendar.month = billed.month and calendar.currency = billed.currency
left join active on calendar.currency = active.currency
where calendar.month <= {{ month_of(today()) }}
