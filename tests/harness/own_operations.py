"""Operations that AWS doesn't have, and answers as they stand on the wire."""

import json

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import requests

from harness.service import REGION


def ours(service, path, body, key=None):
    """A request in AppFlow's style, signed as all others."""
    access_key, secret = key or service.key
    request = botocore.awsrequest.AWSRequest(
        "POST", service.url + path, data=json.dumps(body),
        headers={"Content-Type": "application/json"})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(access_key, secret), "appflow",
                            REGION).add_auth(request)
    prepared = request.prepare()
    return requests.post(prepared.url, data=prepared.body, headers=dict(prepared.headers),
                         timeout=60)
