package dev.lading.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/**
 * A network for the upload service alone. Tasks have public addresses that accept no connections, for a tenth of a NAT
 * gateway's price, and reach S3 and DynamoDB without leaving AWS.
 */
public final class UploadNetwork extends Construct {
    /** Address range of the network: only its load balancer can reach a task. */
    public static final String CIDR = "10.73.0.0/16";

    private static final int SUBNET_BITS = 24;

    private final Vpc vpc;

    public UploadNetwork(Construct scope, String id) {
        super(scope, id);
        vpc = Vpc.Builder.create(this, "Vpc")
                .ipAddresses(IpAddresses.cidr(CIDR))
                .maxAzs(2)
                .natGateways(0)
                .subnetConfiguration(
                        List.of(subnets("public", SubnetType.PUBLIC), subnets("isolated", SubnetType.PRIVATE_ISOLATED)))
                .gatewayEndpoints(Map.of(
                        "S3", gateway(GatewayVpcEndpointAwsService.S3),
                        "DynamoDb", gateway(GatewayVpcEndpointAwsService.DYNAMODB)))
                // CDK needs a function of its own to close that group, which nothing here is in.
                .restrictDefaultSecurityGroup(false)
                .build();
        NagFindings.accept(
                vpc,
                "AwsSolutions-VPC7",
                "Each request is in the service's own log; flow logs would cost more than they tell.");
    }

    public Vpc vpc() {
        return vpc;
    }

    private static SubnetConfiguration subnets(String name, SubnetType type) {
        return SubnetConfiguration.builder()
                .name(name)
                .subnetType(type)
                .cidrMask(SUBNET_BITS)
                .build();
    }

    private static GatewayVpcEndpointOptions gateway(GatewayVpcEndpointAwsService service) {
        return GatewayVpcEndpointOptions.builder().service(service).build();
    }
}
