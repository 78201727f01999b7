-- The upcoming charges are what the query of docs/recharge.md finds.
{{ config(enabled=var('with_charges')) }}
with due as (
    select *
    from {{ ref('stg_charges') }} as charges
    where status = 'queued' and exists (
        select 1
        from {{ ref('stg_charge_lines') }} as items
        inner join {{ ref('stg_subscriptions') }} as subscriptions
            on items.subscription_id = subscriptions.subscription_id
        where items.charge_id = charges.charge_id and subscriptions.status = 'active'
            and subscriptions.next_charge_on = charges.scheduled_on
    )
),

documented as (
    select charge_id
    from due
    where not exists (
        select 1 from due as newer
        where newer.address_id = due.address_id and newer.scheduled_on = due.scheduled_on
            and newer.charge_id > due.charge_id
    )
)

select coalesce(documented.charge_id, upcoming_charges.charge_id) as charge_id
from documented
full outer join {{ ref('upcoming_charges') }} as upcoming_charges on documented.charge_id = upcoming_charges.charge_id
where documented.charge_id is null or upcoming_charges.charge_id is null
