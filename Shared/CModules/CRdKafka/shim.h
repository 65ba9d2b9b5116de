// librdkafka, the Apache Kafka client (Debian: librdkafka-dev).
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
