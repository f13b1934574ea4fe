package dev.lading.registry.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.lading.access.Scope;
import dev.lading.access.Secrets;
import dev.lading.access.Tokens;
import dev.lading.lambda.SnapshotPart;
import dev.lading.oci.Digest;
import dev.lading.secret.SecretStore;
import io.quarkus.amazon.lambda.http.LambdaHttpHandler;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Warms what answers requests. The real secrets are not read for it, and those that were read are forgotten. */
@Singleton
final class RegistrySnapshot implements SnapshotPart {
    private static final String NOBODYS = "/v2/lading-priming";

    private final Secrets secrets;
    private final InstantSource clock;

    RegistrySnapshot(Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public void prime() {
        Digest digest = Digest.of(Digest.SHA256, new byte[0]);
        var gateway = new LambdaHttpHandler();
        for (String request : List.of(
                "GET /v2/",
                "HEAD " + NOBODYS + "/manifests/latest",
                "GET " + NOBODYS + "/manifests/" + digest,
                "GET " + NOBODYS + "/blobs/" + digest,
                "GET " + NOBODYS + "/tags/list",
                "POST " + NOBODYS + "/blobs/uploads/")) {
            gateway.handleRequest(event(request), null);
        }
        // With keys of its own, which nobody keeps.
        var tokens = new Tokens(new Secrets(new Memory(), clock, Optional.empty()), clock);
        tokens.check(tokens.access("nobody", List.of(new Scope("repository", "lading-priming", Set.of("pull")))));
    }

    private static APIGatewayV2HTTPEvent event(String request) {
        String[] methodAndPath = request.split(" ", 2);
        return APIGatewayV2HTTPEvent.builder()
                .withRawPath(methodAndPath[1])
                .withRawQueryString("")
                .withHeaders(new HashMap<>(Map.of("Host", "priming.invalid")))
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withRequestId("priming")
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(methodAndPath[0])
                                .withPath(methodAndPath[1])
                                .withSourceIp("127.0.0.1")
                                .build())
                        .build())
                .build();
    }

    @Override
    public void forget() {
        secrets.forget();
    }

    private static final class Memory implements SecretStore {
        private final Map<String, String> kept = new HashMap<>();

        @Override
        public Map<String, String> get(Collection<String> names) {
            return Map.copyOf(kept);
        }

        @Override
        public boolean putIfAbsent(String name, String value) {
            return kept.putIfAbsent(name, value) == null;
        }
    }
}
