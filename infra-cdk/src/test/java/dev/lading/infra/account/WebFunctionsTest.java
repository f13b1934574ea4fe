package dev.lading.infra.account;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.infra.option.OptionInvalid;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.DescribeTypeRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeTypeResponse;
import software.amazon.awssdk.services.cloudformation.model.TypeNotFoundException;

class WebFunctionsTest {
    @Test
    void a_region_that_has_them_is_deployed_to() {
        assertThatCode(() -> region(Optional.empty()).require()).doesNotThrowAnyException();
    }

    @Test
    void a_region_without_them_is_refused_with_what_to_do() {
        assertThatThrownBy(() -> region(Optional.of(
                                TypeNotFoundException.builder().message("no").build()))
                        .require())
                .isInstanceOf(OptionInvalid.class)
                .hasMessageContaining("uploadService=fargate or none");
    }

    @Test
    void who_may_not_look_goes_on() {
        assertThatCode(() ->
                        region(Optional.of(SdkClientException.create("denied"))).require())
                .doesNotThrowAnyException();
    }

    private static WebFunctions region(Optional<SdkException> failure) {
        return new WebFunctions(new CloudFormationClient() {
            @Override
            public DescribeTypeResponse describeType(DescribeTypeRequest request) {
                failure.ifPresent(e -> {
                    throw e;
                });
                return DescribeTypeResponse.builder().build();
            }

            @Override
            public String serviceName() {
                return "cloudformation";
            }

            @Override
            public void close() {}
        });
    }
}
