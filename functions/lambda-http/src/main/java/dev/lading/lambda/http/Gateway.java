package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.lading.http.WarmingRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends requests as the gateway would, for priming. */
public final class Gateway {
    private Gateway() {}

    public static void send(List<WarmingRequest> requests) {
        requests.forEach(Gateway::send);
    }

    private static void send(WarmingRequest request) {
        GatewayConnection.answer(
                APIGatewayV2HTTPEvent.builder()
                        .withRawPath(request.path())
                        .withRawQueryString("")
                        .withHeaders(new HashMap<>(Map.of("Host", "priming.invalid")))
                        .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                                .withRequestId("priming")
                                .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                        .withMethod(request.method())
                                        .withPath(request.path())
                                        .withSourceIp("127.0.0.1")
                                        .build())
                                .build())
                        .build(),
                null);
    }
}
