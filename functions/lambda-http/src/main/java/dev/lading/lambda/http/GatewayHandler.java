package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.quarkus.amazon.lambda.http.LambdaHttpHandler;
import io.quarkus.arc.Unremovable;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Answers the gateway's events. A producer, since Quarkus allows only one handler class, and asks the container for its
 * own.
 */
final class GatewayHandler {
    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    @Unremovable
    LambdaHttpHandler handler(RequestAtHand atHand) {
        return new LambdaHttpHandler() {
            @Override
            public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
                atHand.begin(event);
                return GatewayConnection.answer(GatewayEvent.asSent(event), context);
            }
        };
    }
}
