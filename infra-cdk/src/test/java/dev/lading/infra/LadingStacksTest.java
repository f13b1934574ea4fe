package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Template;

class LadingStacksTest {
    private static final String UPLOAD = "uploadService=true";
    private static final String CLOUDFRONT = "uploadCloudFront=true";

    /** CloudFormation refuses to remove an export that a stack deployed later still imports. */
    @Test
    void a_part_that_is_switched_off_takes_no_export_of_another_stack_with_it() {
        Synthesis nothing = Synthesis.with("dashboard=false");
        Synthesis everything = Synthesis.with(Everything.WITH_CLOUDFRONT);
        Synthesis serverless = Synthesis.with(Everything.SERVERLESS);
        for (Function<Synthesis, Template> stack :
                Set.<Function<Synthesis, Template>>of(Synthesis::storage, Synthesis::api, Synthesis::registry)) {
            assertThat(exports(stack.apply(nothing)))
                    .isEqualTo(exports(stack.apply(everything)))
                    .isEqualTo(exports(stack.apply(serverless)));
        }
        assertThat(exports(Synthesis.with(UPLOAD, CLOUDFRONT, "dashboard=false").upload()))
                .isEqualTo(exports(everything.upload()))
                .isNotEmpty();
    }

    @Test
    void two_installations_share_one_account() {
        Synthesis other = Synthesis.with("prefix=Team-A");
        assertThat(other.stacks().registry().getStackName()).isEqualTo("Team-A-Registry");
        assertThat(other.registry().toJSON().toString())
                .contains("parameter/team-a/admin-password")
                .doesNotContain("/lading");
    }

    private static Set<String> exports(Template template) {
        return template.findOutputs("*").keySet();
    }
}
