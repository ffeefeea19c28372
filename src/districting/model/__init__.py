"""Problems in the solver's terms: units, seats, constraints and aims. No 学区 words, no solver."""
