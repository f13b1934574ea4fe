package dev.lading.upstream.http;

import dev.lading.upstream.transport.Answer;
import java.util.Optional;

/** The credentials that a request carries. */
public interface Authorization {
    /** Value of the {@code Authorization} header; empty: none. May send a token request. */
    Optional<String> header();

    /**
     * Handles an answer with status 401.
     *
     * @param answer of the upstream itself, with its challenges
     * @param sent what {@link #header} was when the request was sent
     * @return whether to try again, with another {@link #header}
     */
    boolean challenged(Answer answer, Optional<String> sent);

    /** Fixed credentials. */
    static Authorization of(Optional<String> header) {
        return new Authorization() {
            @Override
            public Optional<String> header() {
                return header;
            }

            @Override
            public boolean challenged(Answer answer, Optional<String> sent) {
                return false;
            }
        };
    }
}
