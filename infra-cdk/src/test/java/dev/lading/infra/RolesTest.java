package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;

/** Least privilege, read off every policy of every role. */
class RolesTest {
    /** AWS lets nobody name a resource for these. */
    private static final Set<String> WITHOUT_RESOURCE =
            Set.of("xray:PutTelemetryRecords", "xray:PutTraceSegments", "ecr:GetAuthorizationToken");

    @Test
    void no_role_has_an_action_or_a_resource_that_is_wider_than_it_must_be() {
        Synthesis everything = Synthesis.with(Everything.WITH_DOMAINS);
        List<Map<String, Object>> statements = new ArrayList<>();
        for (Stack stack : everything.stacks().all()) {
            everything
                    .template(stack)
                    .findResources("AWS::IAM::Policy")
                    .values()
                    .forEach(policy -> statements.addAll(statements(policy)));
        }
        assertThat(statements).hasSizeGreaterThan(5);
        assertThat(statements).allSatisfy(RolesTest::isNarrow);
    }

    private static void isNarrow(Map<String, Object> statement) {
        List<String> actions = texts(statement.get("Action"));
        assertThat(actions).isNotEmpty().noneMatch(action -> action.contains("*"));
        for (Object resource : listOf(statement.get("Resource"))) {
            String text = resource.toString();
            if (text.equals("*")) {
                assertThat(WITHOUT_RESOURCE).containsAll(actions);
            } else if (text.contains("*")) {
                assertThat(text).matches(".*(/blobs/|/tails/|:schedule/Lading-Syncs/)\\*.*");
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> statements(Map<String, Object> policy) {
        var properties = (Map<String, Map<String, Object>>) (Map<?, ?>) policy.get("Properties");
        return (List<Map<String, Object>>) properties.get("PolicyDocument").get("Statement");
    }

    private static List<String> texts(Object oneOrMany) {
        return listOf(oneOrMany).stream().map(Object::toString).toList();
    }

    private static List<?> listOf(Object oneOrMany) {
        return oneOrMany instanceof List<?> many ? many : List.of(oneOrMany);
    }
}
