package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

/** Bundles are signed by a key in Parameter Store, or by one of KMS that the operator has. */
class BundleKeyTest {
    private static final String PARAMETER = "parameter/lading/bundle-key";

    private final Synthesis byKms = Synthesis.with(Everything.BUNDLE_KEY);

    @Test
    void who_exports_may_read_the_parameter_unless_kms_signs() {
        assertThat(Synthesis.with().registry().toJSON().toString())
                .contains(PARAMETER)
                .doesNotContain("LADING_AWS_BUNDLE_KEY");
        assertThat(byKms.registry().toJSON().toString()).doesNotContain(PARAMETER);
    }

    @Test
    void who_shows_the_key_and_who_signs_by_it_are_told_which_it_is() {
        Template template = byKms.registry();
        Map<String, Object> told = Map.of(
                "Environment",
                Map.of("Variables", Match.objectLike(Map.of("LADING_AWS_BUNDLE_KEY", Everything.KEY_ARN))));
        template.resourcePropertiesCountIs("AWS::Lambda::Function", Match.objectLike(told), 2);
        for (String description :
                new String[] {"/pulp/api/v3/*", "Does the tasks that the management API starts, and plans syncs"}) {
            template.hasResourceProperties(
                    "AWS::Lambda::Function",
                    Match.objectLike(Map.of("Description", description, "Environment", told.get("Environment"))));
        }
    }

    @Test
    void no_key_is_made() {
        for (var stack : byKms.stacks().all()) {
            byKms.template(stack).resourceCountIs("AWS::KMS::Key", 0);
        }
    }
}
