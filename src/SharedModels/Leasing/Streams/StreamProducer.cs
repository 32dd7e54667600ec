namespace SharedModels.Leasing.Streams;

/// <summary>Produces the items of a stream on the worker.</summary>
internal delegate Task StreamProducer<TItem>(StreamRun<TItem> run, object model, IModelUse? use);
