-- The discounts of the lines of orders, by currency, are those of the orders that have lines.
{% set mart %}
    select currency, discount as amount from {{ ref('line_items') }} where source = 'order'
{% endset %}
{% set raw %}
    select currency, total_discounts as amount
    from {{ raw_orders() }} as orders
    where exists (
        select 1 from {{ source('recharge', 'order_line_items') }} as lines
        where lines.order_id = orders.id and lines.updated_at = orders.updated_at
    )
{% endset %}
{{ differing_sums(mart, raw) }}
