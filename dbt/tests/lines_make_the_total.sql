-- Recharge's own total of an order's lines is the sum of them; a warning, since how stores tax and discount differs.
{{ config(severity='warn') }}
select orders.id, orders.total_line_items_price, sum(lines.price) as lines
from {{ raw_rows('orders', 'status, ' ~ money('total_line_items_price') ~ ' as total_line_items_price') }} as orders
inner join {{ ref('line_items') }} as lines on orders.id = lines.order_id and lines.source = 'order'
group by orders.id, orders.total_line_items_price
having orders.total_line_items_price <> sum(lines.price)
