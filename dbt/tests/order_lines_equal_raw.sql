-- Prices and taxes of the lines of orders, by currency, are those of the raw table.
{% set mart %}
    select currency, price + tax as amount from {{ ref('line_items') }} where source = 'order'
{% endset %}
{% set raw %}
    select orders.currency, coalesce(lines.price, 0) + coalesce(lines.tax, 0) as amount
    from {{ raw_lines('order_line_items', 'order_id') }} as lines
    inner join {{ raw_orders() }} as orders on lines.order_id = orders.id and lines.updated_at = orders.updated_at
{% endset %}
{{ differing_sums(mart, raw) }}
