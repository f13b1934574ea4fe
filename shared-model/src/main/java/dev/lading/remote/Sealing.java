package dev.lading.remote;

import dev.lading.metadata.RecordJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Seals secrets of one remote. */
@FunctionalInterface
public interface Sealing {
    /** @param field as spelled in Pulp's API */
    SealedSecret seal(String field, String secret);

    /** Seals all headers together; empty: there are none. */
    default Optional<SealedSecret> headers(List<Map<String, String>> headers) {
        return headers.isEmpty()
                ? Optional.empty()
                : Optional.of(seal(RemoteSecrets.HEADERS, RecordJson.write(new Headers(headers))));
    }

    /** The JSON form in which headers are sealed. */
    record Headers(List<Map<String, String>> all) {
        public Headers {
            all = all == null ? List.of() : List.copyOf(all);
        }

        static List<Map<String, String>> parse(String json) {
            return RecordJson.read(Headers.class, json).all();
        }
    }
}
