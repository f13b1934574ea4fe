"""A copy of the synthesised CDK assembly that an emulator can run: it starts `provided` runtimes only, as processes."""

import json
import shutil
import zipfile
from pathlib import Path

from function_process import HANDLER, JAVA_OPTIONS, NATIVE_PROPERTY, native_client

RUNTIME = "java25"
UPLOAD_FUNCTION = "Lading-UploadFunction"
BOOTSTRAP = """#!/bin/sh
exec {java} {options} {native}="$LAMBDA_TASK_ROOT/client.so" \\
    -cp "$LAMBDA_TASK_ROOT:$LAMBDA_TASK_ROOT/lib/*:{runtime}/*" \\
    com.amazonaws.services.lambda.runtime.api.client.AWSLambda {handler}
"""


def emulated(assembly, target, java, runtime, replace=None, upload_url=None):
    """Copies `assembly` to `target`.

    `replace`: texts of templates to put others in place of. `upload_url`: where an upload function is that is not
    deployed, since no emulator has any.
    """
    shutil.copytree(assembly, target)
    bootstrap = BOOTSTRAP.format(
        java=java, options=" ".join(JAVA_OPTIONS), native=NATIVE_PROPERTY, runtime=runtime, handler=HANDLER
    )
    for file in Path(target).glob("*.template.json"):
        text = file.read_text()
        for old, new in (replace or {}).items():
            text = text.replace(old, new)
        template = json.loads(text, object_hook=lambda value: upload_url if is_upload_url(value) else value)
        for resource in template.get("Resources", {}).values():
            if resource["Type"] == "AWS::Lambda::Function" and resource["Properties"].get("Runtime") == RUNTIME:
                resource["Properties"]["Runtime"] = "provided.al2023"
                resource["Properties"].pop("SnapStart", None)
        file.write_text(json.dumps(template))
    native = native_client(runtime)
    for packed in Path(target).glob("asset.*.zip"):
        with zipfile.ZipFile(packed, "a") as function:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            function.writestr(entry, bootstrap)
            function.writestr("client.so", native)
    return target


def is_upload_url(value):
    """Whether it is the address of the upload function's endpoint, as other stacks import it."""
    match value:
        case {"Fn::Join": ["", ["https://", {"Fn::ImportValue": str(export)}]]}:
            return export.startswith(UPLOAD_FUNCTION)
    return False
