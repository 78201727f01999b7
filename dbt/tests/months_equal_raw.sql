-- What subscriptions billed in all months, by currency, is what the raw lines say.
{% set mart %}
    select currency, billed as amount from {{ ref('subscriptions_monthly') }}
{% endset %}
{% set raw %}
    select orders.currency, lines.price as amount
    from {{ raw_lines('order_line_items', 'order_id') }} as lines
    inner join {{ raw_orders() }} as orders on lines.order_id = orders.id and lines.updated_at = orders.updated_at
    where orders.is_billed and lines.purchase_item_type <> 'onetime' and lines.purchase_item_id is not null
{% endset %}
{{ differing_sums(mart, raw) }}
