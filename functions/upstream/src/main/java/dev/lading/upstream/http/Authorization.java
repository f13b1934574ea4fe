package dev.lading.upstream.http;

import dev.lading.upstream.transport.Answer;
import java.util.Optional;

/** What a request shows of who asks. */
public interface Authorization {
    /** Value of the header {@code Authorization}; empty: none. May ask for a token. */
    Optional<String> header();

    /**
     * Takes note of an answer with status 401.
     *
     * @param answer of the one that was asked, with its challenges
     * @param sent what {@link #header} was when the request was sent
     * @return whether it is worth another try, with another {@link #header}
     */
    boolean challenged(Answer answer, Optional<String> sent);

    /** That never changes. */
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
