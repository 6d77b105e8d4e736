"""Sends records to Assay's response queue beside the answers, never before them.

Wants boto3 and the queue's address (the stack's output ResponseQueueUrl).
"""

import json
import queue
import random
import threading
import time

import boto3

MAX_ENTRIES = 10  # of one SendMessageBatch, 1 MiB in all
MAX_BATCH_BYTES = 1024 * 1024
MAX_CHARACTERS = 300_000  # Assay's own limit of a record's texts
MAX_TRIES = 4


class RecordSender:
    """`send` returns at once and raises nothing; what cannot be sent is counted in `dropped`."""

    def __init__(self, queue_url, sqs=None, most_waiting=10_000, flush_seconds=0.5):
        self._queue_url = queue_url
        self._sqs = sqs or boto3.client("sqs")
        self._waiting = queue.Queue(maxsize=most_waiting)
        self._flush_seconds = flush_seconds
        self.dropped = 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def send(self, record):
        try:
            self._waiting.put_nowait(_body_of(record))
        except queue.Full:
            self.dropped += 1

    def close(self):
        """Sends what waits; call it when the process ends."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self):
        left_over = None
        while True:
            first = left_over if left_over is not None else self._waiting.get()
            if first is None:
                return
            batch, left_over, ended = self._gather(first)
            self._send_batch(batch)
            if ended:
                return

    def _gather(self, first):
        """A batch, the record that did not fit into it, and whether `close` was called."""
        batch, size = [first], len(first.encode())
        deadline = time.monotonic() + self._flush_seconds
        while len(batch) < MAX_ENTRIES:
            try:
                body = self._waiting.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if body is None:
                return batch, None, True
            size += len(body.encode())
            if size > MAX_BATCH_BYTES:
                return batch, body, False
            batch.append(body)
        return batch, None, False

    def _send_batch(self, bodies):
        for attempt in range(1, MAX_TRIES + 1):
            if attempt > 1:
                time.sleep(2**attempt * 0.05 * (0.5 + random.random()))
            entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
            try:
                answer = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            except Exception:  # an answer must not fail for the want of its log
                continue
            # A batch can be taken in part, and then raises nothing.
            bodies = [bodies[int(failed["Id"])] for failed in answer.get("Failed", [])]
            if not bodies:
                return
        self.dropped += len(bodies)


def _body_of(record):
    """A record that is too long goes without its texts: it still counts, and is not judged."""
    body = json.dumps(record, ensure_ascii=False)
    if len(body) <= MAX_CHARACTERS:
        return body
    texts = ("request", "response", "context")
    return json.dumps({key: value for key, value in record.items() if key not in texts})


if __name__ == "__main__":
    import os
    from datetime import datetime, timezone

    sender = RecordSender(os.environ["ASSAY_QUEUE_URL"])
    sender.send(
        {
            "id": "resp-7f3a",
            "at": datetime.now(timezone.utc).isoformat(),
            "surface": "chat",
            "status": "success",
            "release": "2026.11.1",
            "cohort": "eu",
            "traceId": "conversation-19",
            "request": {"messages": [{"role": "user", "content": "Which plan includes single sign-on?"}]},
            "response": {"content": "Business and Enterprise do.", "finishReason": "stop"},
            "usage": {"inputTokens": 61, "outputTokens": 9, "costUsd": 0.0021},
            "timing": {"ttftMs": 240, "totalMs": 610},
        }
    )
    sender.close()
