package scenarios

func transitions(*book) {}
