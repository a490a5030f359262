# COSE as pycose has it, for tests: reads one request as JSON from standard input, writes the answer as JSON. Shares nothing with the
# project.
import json
import sys

import cbor2
from pycose.algorithms import EdDSA, Es256
from pycose.headers import KID, Algorithm
from pycose.keys import EC2Key, OKPKey
from pycose.keys.curves import P256, Ed25519
from pycose.messages import CoseMessage, Sign1Message

TYPE_LABEL = 16  # RFC 9596 2; pycose has no name for it


def key_of(request):
    """The key: its private half where the request has one."""
    numbers = {name: bytes.fromhex(text) for name, text in request["key"].items()}
    if request["algorithm"] == "EdDSA":
        return OKPKey(crv=Ed25519, x=numbers["x"], d=numbers.get("d", b""))
    return EC2Key(crv=P256, x=numbers["x"], y=numbers["y"], d=numbers.get("d", b""))


def algorithm_of(request):
    return EdDSA if request["algorithm"] == "EdDSA" else Es256


def verify(request):
    message = CoseMessage.decode(bytes.fromhex(request["envelope"]))
    message.key = key_of(request)
    return {
        "is_sign1": isinstance(message, Sign1Message),
        "verified": message.verify_signature(),
        "algorithm": message.phdr[Algorithm].fullname,
        "key_id": message.phdr[KID].hex(),
        "type": message.phdr[TYPE_LABEL],
        "labels": len(message.phdr),
        "unprotected": len(message.uhdr),
        "payload": {
            str(label): value.hex() if isinstance(value, bytes) else value
            for label, value in cbor2.loads(message.payload).items()
            if not isinstance(value, dict)
        },
    }


def make(request):
    payload = {
        int(label): bytes.fromhex(value) if isinstance(value, str) else value
        for label, value in request["payload"].items()
    }
    header = {Algorithm: algorithm_of(request), KID: bytes.fromhex(request["key_id"]), TYPE_LABEL: request["type"]}
    message = Sign1Message(phdr=header, uhdr={}, payload=cbor2.dumps(payload, canonical=True))
    message.key = key_of(request)
    return {"envelope": message.encode().hex()}


request = json.load(sys.stdin)
json.dump({"verify": verify, "make": make}[request["do"]](request), sys.stdout)
