"""Starts the emulator by launcher.py, and has its HTTP APIs tell gateway.py how long a function's body is.

An answer to HEAD does not: it has the length that the function said, or else the body's.
"""

import base64
import runpy
from pathlib import Path

BODY_BYTES = "X-Emulator-Body-Bytes"


def told(original):
    def answered(result):
        response, rest = original(result)
        if isinstance(response, dict):
            body = response.get("body") or ""
            content = base64.b64decode(body) if response.get("isBase64Encoded") else str(body).encode()
            response = {**response, "headers": {**(response.get("headers") or {}), BODY_BYTES: str(len(content))}}
        return response, rest

    return answered


if __name__ == "__main__":
    from ministack.services import lambda_svc

    lambda_svc.lambda_execute_result_to_api_proxy_response = told(
        lambda_svc.lambda_execute_result_to_api_proxy_response
    )
    runpy.run_path(str(Path(__file__).with_name("launcher.py")), run_name="__main__")
