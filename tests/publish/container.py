"""Makes a container in azurite that everyone may read: ENDPOINT ACCOUNT KEY NAME.

The request is signed as "Authorize with Shared Key" in Azure's documentation of its REST interface says.
"""

import base64
import hashlib
import hmac
import sys
import urllib.request
from email.utils import formatdate

endpoint, account, key, name = sys.argv[1:]
headers = {
    "x-ms-blob-public-access": "container",
    "x-ms-date": formatdate(usegmt=True),
    "x-ms-version": "2021-08-06",
}
canonical = "".join(f"{header}:{value}\n" for header, value in sorted(headers.items()))
resource = f"/{account}/{account}/{name}\nrestype:container"
kind = "application/octet-stream"
text = "PUT" + "\n" * 5 + kind + "\n" * 7 + canonical + resource
signature = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
headers["Authorization"] = f"SharedKey {account}:{base64.b64encode(signature).decode()}"
headers["Content-Type"] = kind
headers["Content-Length"] = "0"
request = urllib.request.Request(
    f"{endpoint}/{name}?restype=container", data=b"", headers=headers, method="PUT"
)
with urllib.request.urlopen(request, timeout=20) as answer:
    assert answer.status == 201
