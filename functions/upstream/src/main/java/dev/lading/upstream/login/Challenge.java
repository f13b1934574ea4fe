package dev.lading.upstream.login;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.ParserCursor;

/**
 * One authentication challenge. Source: RFC 9110, section 11.6.1.
 *
 * @param scheme in lower case
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isBlank());
    }

    /** The challenges of all headers; a header that cannot be read yields none. */
    static List<Challenge> parse(List<String> headers) {
        return headers.stream()
                .flatMap(header -> read(header).stream().map(Challenge::of))
                .toList();
    }

    private static List<AuthChallenge> read(String header) {
        try {
            return AuthChallengeParser.INSTANCE.parse(
                    ChallengeType.TARGET, header, new ParserCursor(0, header.length()));
        } catch (ParseException e) {
            return List.of();
        }
    }

    private static Challenge of(AuthChallenge challenge) {
        Map<String, String> parameters = new HashMap<>();
        if (challenge.getParams() != null) {
            for (NameValuePair parameter : challenge.getParams()) {
                parameters.put(parameter.getName().toLowerCase(Locale.ROOT), parameter.getValue());
            }
        }
        return new Challenge(challenge.getSchemeName().toLowerCase(Locale.ROOT), parameters);
    }
}
