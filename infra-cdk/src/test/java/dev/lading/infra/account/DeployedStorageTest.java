package dev.lading.infra.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.infra.Synthesis;
import dev.lading.infra.option.OptionInvalid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksResponse;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;

class DeployedStorageTest {
    private final Stacks stacks = new Stacks();
    private final DeployedStorage storage = new DeployedStorage(stacks);

    @Test
    void a_stack_with_a_key_has_one_by_what_its_template_says() {
        stacks.deploy(Synthesis.with("sealKey=kms"));
        assertThat(storage.hasKey("Lading-Storage")).isTrue();
        assertThat(stacks.asked).containsExactly("Lading-Storage");
    }

    @Test
    void a_stack_without_a_key_and_one_that_is_not_there_have_none() {
        stacks.deploy(Synthesis.with());
        assertThat(storage.hasKey("Lading-Storage")).isFalse();
        stacks.failure = Optional.of(CloudFormationException.builder()
                .statusCode(400)
                .message("Stack with id Lading-Storage does not exist")
                .build());
        assertThat(storage.hasKey("Lading-Storage")).isFalse();
    }

    @Test
    void a_missing_right_is_named_with_the_option_that_does_without() {
        stacks.failure = Optional.of(
                CloudFormationException.builder().statusCode(403).message("no").build());
        assertThatThrownBy(() -> storage.hasKey("Lading-Storage"))
                .isInstanceOf(OptionInvalid.class)
                .hasMessageContaining(
                        "allow cloudformation:DescribeStacks, or say it with -c sealKeyDeployed=true or false");
    }

    @Test
    void without_credentials_or_a_network_nothing_is_taken_for_absent() {
        stacks.failure = Optional.of(SdkClientException.create("Unable to load credentials"));
        assertThatThrownBy(() -> storage.hasKey("Lading-Storage"))
                .isInstanceOf(OptionInvalid.class)
                .hasMessageContaining("(Unable to load credentials): try again");
    }

    /** CloudFormation, as far as it is asked. */
    private static final class Stacks implements CloudFormationClient {
        private final List<String> asked = new ArrayList<>();
        private List<Output> outputs = List.of();
        private Optional<SdkException> failure = Optional.empty();

        void deploy(Synthesis synthesis) {
            Map<String, ?> named =
                    synthesis.template(synthesis.stacks().storage()).findOutputs("*");
            outputs = named.keySet().stream()
                    .map(name -> Output.builder().outputKey(name).build())
                    .toList();
        }

        @Override
        public DescribeStacksResponse describeStacks(DescribeStacksRequest request) {
            asked.add(request.stackName());
            failure.ifPresent(e -> {
                throw e;
            });
            return DescribeStacksResponse.builder()
                    .stacks(Stack.builder().outputs(outputs).build())
                    .build();
        }

        @Override
        public String serviceName() {
            return "cloudformation";
        }

        @Override
        public void close() {}
    }
}
