package dev.winnow.localstack.kafka;

import dev.winnow.localstack.SharedLocalStack;

class LocalKafkaContractTest extends KafkaContractTest {

    @Override
    String bootstrap() {
        return SharedLocalStack.get().kafka();
    }
}
