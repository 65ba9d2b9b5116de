#!/usr/bin/env python3
"""Follows Helicase's reports: a line a report, and one a finding. Needs confluent-kafka, and nothing of Helicase."""
import argparse
import json
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException


def show(report):
    clinical = report.get("clinical") or {}
    print(report.get("sample"), report.get("status", "interim"), f"version {report.get('version', '-')}", sep="\t")
    for finding in clinical.get("findings", []):
        allele, names = finding["allele"], finding["allele"]["consequences"]
        name = (names[0].get("codingName") if names else None) or f"{allele['contig']}:{allele['position']}"
        print("", finding["gene"], name, finding["classification"]["byPoints"], sep="\t")
    sys.stdout.flush()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("brokers", help="HOST:PORT,…")
parser.add_argument("--topic", default="helicase.reports")
parser.add_argument("--group", default="hospital", help="who asks: a group goes on behind what it has used")
parser.add_argument("--until-end", action="store_true", help="ends behind the last report instead of waiting for more")
options = parser.parse_args()
consumer = Consumer({
    "bootstrap.servers": options.brokers, "group.id": options.group, "auto.offset.reset": "earliest",
    "isolation.level": "read_committed", "enable.auto.commit": False, "enable.partition.eof": True,
})
consumer.subscribe([options.topic])
ended, unread = set(), 0
while not (options.until_end and ended and len(ended) == len(consumer.assignment())):
    message = consumer.poll(1)
    if message is None:
        continue
    if message.error() and message.error().code() != KafkaError._PARTITION_EOF:
        raise KafkaException(message.error())
    if message.error():
        ended.add(message.partition())
        continue
    ended.discard(message.partition())
    try:
        show(json.loads(message.value()))
    except (ValueError, LookupError, TypeError) as problem:
        unread += 1
        print(f"partition {message.partition()}, offset {message.offset()}: {problem!r}", file=sys.stderr)
    consumer.commit(message, asynchronous=False)  # behind the use: a report is seen twice rather than never
consumer.close()
sys.exit(1 if unread else 0)
