package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Converts an answer so that it fits what Lambda takes, 6 MB of JSON. */
final class GatewayAnswer {
    /** Characters that fit in any case: no character takes more than six, escaped. */
    private static final int TEXT_MAX_CHARACTERS = 1024 * 1024 - 64 * 1024;

    private GatewayAnswer() {}

    /**
     * Changes the answer in place and returns it. A long text is encoded as bytes are, which makes it a third longer; as
     * a string of JSON one of quotes and line ends, as manifests may be, would be twice as long.
     */
    static APIGatewayV2HTTPResponse fitting(APIGatewayV2HTTPResponse answer) {
        String body = answer.getBody();
        if (body != null && !answer.getIsBase64Encoded() && body.length() > TEXT_MAX_CHARACTERS) {
            answer.setBody(Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
            answer.setIsBase64Encoded(true);
        }
        return answer;
    }
}
