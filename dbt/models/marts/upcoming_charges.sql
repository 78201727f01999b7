{{ config(enabled=var('with_charges')) }}

-- An edit of a subscription or an address leaves the old charge queued in the warehouse: the live ones are due with an
-- active subscription on its day, and of an address and a day it is the newest.
with due as (
    select charges.charge_id, count(*) as subscriptions
    from {{ ref('stg_charges') }} as charges
    inner join {{ ref('stg_charge_lines') }} as lines on charges.charge_id = lines.charge_id
    inner join {{ ref('stg_subscriptions') }} as subscriptions
        on lines.subscription_id = subscriptions.subscription_id
        and charges.scheduled_on = subscriptions.next_charge_on
    where charges.status = 'queued' and subscriptions.status = 'active'
    group by charges.charge_id
),

newest as (
    select
        charges.*,
        due.subscriptions,
        row_number() over (
            partition by charges.address_id, charges.scheduled_on order by charges.charge_id desc
        ) as recency
    from {{ ref('stg_charges') }} as charges
    inner join due on charges.charge_id = due.charge_id
)

select
    charge_id,
    customer_id,
    address_id,
    scheduled_on,
    scheduled_on < {{ today() }} as is_overdue,
    subscriptions,
    currency,
    total_discounts,
    total_tax,
    total_price
from newest
where recency = 1
