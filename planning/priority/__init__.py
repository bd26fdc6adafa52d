"""Which villages next: the best choice under a budget and rules, and what each rule costs."""
