-- What was given back of an order: as its charge says, where that is still there, on the first order of it.
with orders as (
    select
        staged.*,
        {% if var('with_charges') %}
        case
            when charges.charge_id is null then staged.total_refunds
            when staged.is_first_of_charge then charges.total_refunds
        end as refunded
        {% else %}
        total_refunds as refunded
        {% endif %}
    from {{ ref('stg_orders') }} as staged
    {% if var('with_charges') %}
    left join {{ ref('stg_charges') }} as charges on staged.charge_id = charges.charge_id
    {% endif %}
    where staged.is_billed and staged.customer_id is not null
),

by_currency as (
    select
        customer_id,
        currency,
        min(processed_at) as first_order_at,
        max(processed_at) as last_order_at,
        count(*) as orders,
        sum(coalesce(total_price, 0)) as spent,
        sum(coalesce(refunded, 0)) as refunded
    from orders
    group by customer_id, currency
),

-- A customer's own currency is that of the last order.
ordered as (
    select
        customer_id,
        min(first_order_at) over (partition by customer_id) as first_order_at,
        last_order_at,
        sum(orders) over (partition by customer_id) as orders,
        currency,
        spent,
        refunded,
        sum(orders) over (partition by customer_id) - orders as orders_in_other_currencies,
        row_number() over (partition by customer_id order by last_order_at desc, currency) as recency
    from by_currency
),

subscribed as (
    select
        customer_id,
        count(*) as subscriptions,
        sum(case when status = 'active' then 1 else 0 end) as active_subscriptions
    from {{ ref('subscriptions') }}
    group by customer_id
),

-- Recharge may have deleted a customer whose orders and charges it keeps.
known as (
    select customer_id from {{ ref('stg_orders') }}
    union distinct
    select customer_id from subscribed
    {% if var('with_charges') %}
    union distinct
    select customer_id from {{ ref('stg_charges') }}
    {% endif %}
    {% if var('with_customers') %}
    union distinct
    select customer_id from {{ ref('stg_customers') }}
    {% endif %}
)

select
    known.customer_id,
    {% if var('with_customers') %}
    customers.email,
    customers.first_name,
    customers.last_name,
    customers.external_customer_id,
    customers.created_at,
    {% endif %}
    ordered.first_order_at,
    ordered.last_order_at,
    {{ count_of('ordered.orders') }} as orders,
    ordered.currency,
    coalesce(ordered.spent, 0) as spent,
    coalesce(ordered.refunded, 0) as refunded,
    {{ count_of('ordered.orders_in_other_currencies') }} as orders_in_other_currencies,
    {{ count_of('subscribed.subscriptions') }} as subscriptions,
    {{ count_of('subscribed.active_subscriptions') }} as active_subscriptions,
    coalesce(subscribed.active_subscriptions, 0) > 0 as is_active
from known
{% if var('with_customers') %}
left join {{ ref('stg_customers') }} as customers on known.customer_id = customers.customer_id
{% endif %}
left join ordered on known.customer_id = ordered.customer_id and ordered.recency = 1
left join subscribed on known.customer_id = subscribed.customer_id
where known.customer_id is not null
