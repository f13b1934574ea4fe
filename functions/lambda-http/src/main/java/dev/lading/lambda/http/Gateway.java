package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.quarkus.amazon.lambda.http.LambdaHttpHandler;
import java.util.HashMap;
import java.util.Map;

/** Sends requests as the gateway would, for priming. */
public final class Gateway {
    private final LambdaHttpHandler handler = new LambdaHttpHandler();

    /** @param path without a query */
    public void send(String method, String path) {
        handler.handleRequest(
                APIGatewayV2HTTPEvent.builder()
                        .withRawPath(path)
                        .withRawQueryString("")
                        .withHeaders(new HashMap<>(Map.of("Host", "priming.invalid")))
                        .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                                .withRequestId("priming")
                                .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                        .withMethod(method)
                                        .withPath(path)
                                        .withSourceIp("127.0.0.1")
                                        .build())
                                .build())
                        .build(),
                null);
    }
}
