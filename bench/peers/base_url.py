"""base_url.py URL PROGRAM ARG...: runs a Python program as it is, its requests to Recharge sent to URL instead."""

import runpy
import sys

import requests

RECHARGE = "https://api.rechargeapps.com"

own_url, sys.argv = sys.argv[1], sys.argv[2:]
prepare_url = requests.PreparedRequest.prepare_url


def prepare_url_elsewhere(self, url, params):
    if url == RECHARGE or url.startswith(RECHARGE + "/"):
        url = own_url + url[len(RECHARGE) :]
    prepare_url(self, url, params)


requests.PreparedRequest.prepare_url = prepare_url_elsewhere
runpy.run_path(sys.argv[0], run_name="__main__")
