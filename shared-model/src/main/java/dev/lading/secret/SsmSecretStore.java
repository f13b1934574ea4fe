package dev.lading.secret;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterAlreadyExistsException;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** SecureString parameters of AWS Systems Manager, {@code <prefix>/<name>}: standard ones, which cost nothing. */
public final class SsmSecretStore implements SecretStore {
    private final SsmClient ssm;
    private final String prefix;

    /** @param prefix path of the parameters, with a slash before and none behind, such as {@code /lading} */
    public SsmSecretStore(SsmClient ssm, String prefix) {
        this.ssm = ssm;
        this.prefix = prefix;
    }

    @Override
    public Map<String, String> get(Collection<String> names) {
        return ssm
                .getParameters(
                        r -> r.names(names.stream().map(this::path).toList()).withDecryption(true))
                .parameters()
                .stream()
                .collect(Collectors.toUnmodifiableMap(p -> p.name().substring(prefix.length() + 1), Parameter::value));
    }

    @Override
    public boolean putIfAbsent(String name, String value) {
        try {
            ssm.putParameter(r -> r.name(path(name))
                    .value(value)
                    .type(ParameterType.SECURE_STRING)
                    .overwrite(false));
            return true;
        } catch (ParameterAlreadyExistsException e) {
            return false;
        }
    }

    private String path(String name) {
        return prefix + "/" + name;
    }
}
