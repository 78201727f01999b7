{% set columns = 'charge_id, customer_id, status, type, is_billed, is_first_of_charge, processed_at, currency' %}
{% set line_columns %}
    line_index, subscription_id, purchase_item_id, purchase_item_type, external_product_id, external_variant_id, sku,
    title, variant_title, quantity, unit_price, price, tax
{% endset %}

with lines as (
    select 'order' as source, order_id as parent_id, order_id, total_discounts, {{ columns }}, {{ line_columns }}
    from {{ ref('stg_orders') }} as orders
    inner join {{ ref('stg_order_lines') }} as order_lines using (order_id)
    {% if var('with_charges') %}
    union all
    select 'charge' as source, charge_id as parent_id, null as order_id, total_discounts, {{ columns }},
        {{ line_columns }}
    from {{ ref('stg_charges') }} as charges
    inner join {{ ref('stg_charge_lines') }} as charge_lines using (charge_id)
    -- Those to come are in upcoming_charges, without the ones that an edit has left behind.
    where status <> 'queued'
    {% endif %}
),

summed as (
    select
        *,
        sum(price) over (partition by source, parent_id) as all_prices,
        sum(price) over (partition by source, parent_id order by line_index rows unbounded preceding) as prices_so_far
    from lines
),

-- What the lines so far have of the discount, to the cent, so that all of them have all of it.
discounted as (
    select
        *,
        case
            when prices_so_far = all_prices then coalesce(total_discounts, 0)
            else round({{ as_number('coalesce(total_discounts, 0) * prices_so_far / nullif(all_prices, 0)') }}, 2)
        end as discounts_so_far
    from summed
)

select
    source,
    parent_id,
    order_id,
    {{ columns }},
    {{ line_columns }},
    discounts_so_far
    - coalesce(lag(discounts_so_far) over (partition by source, parent_id order by line_index), 0) as discount
from discounted
