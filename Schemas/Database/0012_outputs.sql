-- Networks of several outputs, and of counts, are judged as well.
COMMENT ON COLUMN evaluation_sets.task IS
    'variants, classes, binary or regression; labels, numbers or counts of several outputs; heads.';
COMMENT ON COLUMN evaluation_sets.kind IS
    'What predictions and targets are: classes, the probability of yes, a number, several of these, or what each head of a network says.';
