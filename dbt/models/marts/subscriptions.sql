with billed as (
    select
        subscription_id,
        currency,
        min(processed_at) as first_order_at,
        max(processed_at) as last_order_at,
        count(distinct order_id) as orders,
        sum(price) as billed
    from {{ ref('line_items') }}
    where source = 'order' and is_billed and subscription_id is not null
    group by subscription_id, currency
),

-- Recharge may leave out the currency where it is the store's own: then it is that of the orders, or of most orders.
order_currencies as (
    select subscription_id, max(currency) as currency
    from billed
    group by subscription_id
),

store_currency as (
    select currency
    from {{ ref('stg_orders') }}
    where currency is not null
    group by currency
    order by count(*) desc, currency
    limit 1
),

subscriptions as (
    select
        staged.*,
        coalesce(
            staged.presentment_currency, order_currencies.currency, (select currency from store_currency), 'XXX'
        ) as currency
    from {{ ref('stg_subscriptions') }} as staged
    left join order_currencies on staged.subscription_id = order_currencies.subscription_id
)

select
    subscription_id,
    customer_id,
    address_id,
    status,
    case
        when first_order_at < created_at then first_order_at
        else coalesce(created_at, first_order_at)
    end as started_at,
    case when status <> 'active' then coalesce(cancelled_at, changed_at) end as ended_at,
    first_order_at,
    last_order_at,
    next_charge_on,
    {{ count_of('orders') }} as orders,
    coalesce(billed, 0) as billed,
    currency,
    price,
    quantity,
    {{ per_month('price * coalesce(quantity, 1)') }} as price_per_month,
    charge_interval_unit,
    charge_interval_frequency,
    order_interval_frequency,
    {{ as_number('charge_interval_days') }} as charge_interval_days,
    is_prepaid,
    external_product_id,
    external_variant_id,
    sku,
    product_title,
    variant_title,
    cancellation_reason,
    cancellation_reason_comments
from subscriptions
left join billed using (subscription_id, currency)
