/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a client asks for.
 *
 * @param messages the conversation, for {@link Endpoint#CHAT}; else empty
 * @param text the prompt, for {@link Endpoint#COMPLETIONS}; else empty
 * @param maxTokens most tokens of the answer; without it, as many as the context has room for
 * @param temperature 0 takes the likeliest token each time
 * @param stops the answer ends before the first of them that would be in it
 * @param stream whether the answer is sent while it is computed
 * @param includeUsage whether a stream ends with the count of tokens
 */
record GenerationRequest(
    Endpoint endpoint,
    List<ChatMessage> messages,
    String text,
    OptionalInt maxTokens,
    float temperature,
    List<String> stops,
    boolean stream,
    boolean includeUsage) {}
