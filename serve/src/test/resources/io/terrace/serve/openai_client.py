# SPDX-License-Identifier: Apache-2.0
"""What a program with OpenAI's own client sees of the server; prints one line of JSON."""
import json
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
model = client.models.list().data[0].id
asked = dict(
    model=model,
    messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": sys.argv[2]}],
    max_completion_tokens=12,
    temperature=0,
)

whole = client.chat.completions.create(**asked)
streamed = ""
usage = None
for chunk in client.chat.completions.create(
    **asked, stream=True, stream_options={"include_usage": True}
):
    if chunk.choices:
        streamed += chunk.choices[0].delta.content or ""
    usage = chunk.usage
completion = client.completions.create(model=model, prompt=sys.argv[2], max_tokens=5, temperature=0)

try:
    client.chat.completions.create(model="another", messages=asked["messages"])
    refused = "nothing"
except openai.NotFoundError as e:
    refused = e.code
try:
    client.chat.completions.create(**asked, seed=1)
    named = "nothing"
except openai.BadRequestError as e:
    named = e.param

print(
    json.dumps(
        {
            "whole": whole.choices[0].message.content,
            "finish": whole.choices[0].finish_reason,
            "promptTokens": whole.usage.prompt_tokens,
            "streamed": streamed,
            "streamedTokens": usage.completion_tokens,
            "cached": usage.prompt_tokens_details.cached_tokens,
            "completion": completion.choices[0].text,
            "refused": refused,
            "named": named,
        }
    )
)
