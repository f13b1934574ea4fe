package dev.lading.infra.account;

import dev.lading.infra.construct.UploadFunction;
import dev.lading.infra.option.OptionInvalid;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.RegistryType;
import software.amazon.awssdk.services.cloudformation.model.TypeNotFoundException;

/** Looks at whether the region that is deployed to has Lambda Web Functions. */
public final class WebFunctions {
    private final CloudFormationClient types;

    public WebFunctions(CloudFormationClient types) {
        this.types = types;
    }

    /**
     * Refuses a region that is known to have none. Who may not look, or cannot, is told by CloudFormation.
     *
     * @throws OptionInvalid with a sentence that says what to do
     */
    public void require() {
        try {
            types.describeType(r -> r.type(RegistryType.RESOURCE).typeName(UploadFunction.FUNCTION));
        } catch (TypeNotFoundException e) {
            throw new OptionInvalid("This region has no Lambda Web Functions yet: deploy with uploadService=fargate or"
                    + " none, or in another region.");
        } catch (SdkException e) {
            System.err.println("Whether this region has Lambda Web Functions cannot be looked at"
                    + " (cloudformation:DescribeType): " + e.getMessage());
        }
    }
}
