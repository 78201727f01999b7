{{ lines_of('order_line_items', ref('stg_orders'), 'order_id') }}
