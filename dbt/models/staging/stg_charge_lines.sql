{{ config(enabled=var('with_charges')) }}

{{ lines_of('charge_line_items', ref('stg_charges'), 'charge_id', with_kept=true) }}
